// The tensors of graphs. They know the layers that they come from and layers their calls, so all of that is declared in one file.

export {
  type ApplyOptions,
  applyLayer,
  type Call,
  checkTensors,
  draftCall,
  type Graph,
  makeCall,
  SymbolicTensor,
} from "./baseLayer.js";
export type { OpenShape } from "./shapePaths.js";
