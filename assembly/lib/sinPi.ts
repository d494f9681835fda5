/** sin(pi x) for |x| < 2^31, to within 2e-16: Taylor's series on [-1/2, 1/2]. Only + and *: the same bits everywhere. */
export function sinPi(x: f64): f64 {
  const whole = nearest<f64>(x);
  const r = (x - whole) * 3.141592653589793;
  const z = r * r;
  let p: f64 = 1.9572941063391263e-20;
  p = p * z - 8.22063524662433e-18;
  p = p * z + 2.8114572543455206e-15;
  p = p * z - 7.647163731819816e-13;
  p = p * z + 1.6059043836821613e-10;
  p = p * z - 2.505210838544172e-8;
  p = p * z + 2.7557319223985893e-6;
  p = p * z - 1.984126984126984e-4;
  p = p * z + 8.333333333333333e-3;
  p = p * z - 0.16666666666666666;
  const sine = r + r * z * p;
  return <i32>whole & 1 ? -sine : sine;
}
