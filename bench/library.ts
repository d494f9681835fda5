// bench/peers has a package.json of its own, so from there this package cannot be imported by its name.
export * from "wasm-cnn";
export { writeOnnx } from "wasm-cnn/files/onnx";
