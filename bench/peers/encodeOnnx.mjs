import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/** The bytes of an .onnx file. @param {object} model an ONNX ModelProto as a plain object */
export function encodeOnnx(model) {
  return onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish();
}
