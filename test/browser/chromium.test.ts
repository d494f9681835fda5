import { describeSpecs } from "./describeSpecs.js";

describeSpecs("chromium");
