/**
 * A LayersModel of convolutions as a function of its own operations, as TensorFlow.js' converter would make it of a Keras model:
 * batch normalisation in the weights of the convolution before it, relu or relu6 in its operation.
 */
export function fusedModel(tf, model) {
  const next = (layer) => layer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
  const onlyNext = (layer) => (next(layer).length === 1 ? next(layer)[0] : undefined);
  const activationOf = (layer) => {
    if (layer?.getClassName() === "ReLU" && [undefined, null].includes(layer.maxValue)) return "relu";
    if (layer?.getClassName() === "ReLU" && layer.maxValue === 6) return "relu6";
    if (layer?.getClassName() === "Activation" && layer.activation.getClassName() === "relu") return "relu";
    return undefined;
  };
  /** Layers that are part of the operation of one before them. */
  const taken = new Map();

  const convolution = (layer, isDepthwise) => {
    let [kernel, bias] = layer.getWeights();
    let last = layer;
    const normalization = onlyNext(last);
    if (normalization?.getClassName() === "BatchNormalization") {
      const [gamma, beta, mean, variance] = normalization.getWeights();
      const scale = tf.div(gamma, tf.sqrt(tf.add(variance, normalization.epsilon)));
      kernel = tf.mul(kernel, isDepthwise ? tf.reshape(scale, [1, 1, -1, 1]) : scale);
      bias = tf.sub(beta, tf.mul(bias ? tf.sub(mean, bias) : mean, scale));
      last = normalization;
    }
    const activation = activationOf(onlyNext(last));
    if (activation) last = onlyNext(last);
    taken.set(last, layer);
    const operation = isDepthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    const options = {
      filter: kernel,
      bias,
      strides: layer.strides,
      pad: layer.padding,
      activation: activation ?? "linear",
    };
    return (x) => operation({ x, ...options });
  };

  const operationOf = (layer) => {
    switch (layer.getClassName()) {
      case "Conv2D":
        return convolution(layer, false);
      case "DepthwiseConv2D":
        return convolution(layer, true);
      case "Add":
        return (...xs) => xs.reduce((sum, x) => tf.add(sum, x));
      case "GlobalAveragePooling2D":
        return (x) => tf.mean(x, [1, 2]);
      case "Dense": {
        const [kernel, bias] = layer.getWeights();
        return (x) => tf.softmax(tf.fused.matMul({ a: x, b: kernel, bias }));
      }
      default:
        if (activationOf(layer) === "relu") return (x) => tf.relu(x);
        throw new Error(`fused: expected a layer that is known, got ${layer.getClassName()}`);
    }
  };

  const steps = [];
  const inside = new Set();
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer" || inside.has(layer)) continue;
    const from = layer.inboundNodes[0].inboundLayers;
    const operation = operationOf(layer);
    let last = layer;
    for (const [end, begin] of taken) if (begin === layer) last = end;
    for (let at = layer; at !== last; at = onlyNext(at)) inside.add(onlyNext(at));
    steps.push({ last, from, operation });
  }
  return (input) => {
    const values = new Map([[model.inputLayers[0], input]]);
    for (const { last, from, operation } of steps) values.set(last, operation(...from.map((each) => values.get(each))));
    return values.get(model.outputLayers[0]);
  };
}
