// The library as one file, for `<script type="module">`: dist/wasm-cnn.min.js. It is the script of its workers, too.
export * from "./index.js";

import "./engine/threads/worker.js";
