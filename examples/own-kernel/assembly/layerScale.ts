// y = x * gamma, one gamma a channel. x: (samples, rows, channels).

// @ts-ignore: decorator
@inline
function at(pointer: usize, index: i32): usize {
  return pointer + (<usize>index << 2);
}

/** The backward pass to x is the same on dy. */
export function layerScaleForward(samples: i32, y: usize, x: usize, gamma: usize, rows: i32, channels: i32): void {
  for (let r = 0; r < samples * rows; ++r) {
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      v128.store(at(y, c), f32x4.mul(v128.load(at(x, c)), v128.load(at(gamma, c))));
    }
    for (; c < channels; ++c) store<f32>(at(y, c), load<f32>(at(x, c)) * load<f32>(at(gamma, c)));
    x = at(x, channels);
    y = at(y, channels);
  }
}

/** dgamma[c] += sum over all rows of dy * x */
export function layerScaleBackwardGammaAdd(
  samples: i32, dgamma: usize, dy: usize, x: usize, rows: i32, channels: i32,
): void {
  for (let r = 0; r < samples * rows; ++r) {
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const product = f32x4.mul(v128.load(at(dy, c)), v128.load(at(x, c)));
      v128.store(at(dgamma, c), f32x4.add(v128.load(at(dgamma, c)), product));
    }
    for (; c < channels; ++c) {
      store<f32>(at(dgamma, c), load<f32>(at(dgamma, c)) + load<f32>(at(dy, c)) * load<f32>(at(x, c)));
    }
    x = at(x, channels);
    dy = at(dy, channels);
  }
}
