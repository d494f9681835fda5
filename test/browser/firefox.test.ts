import { describeSpecs } from "./describeSpecs.js";

describeSpecs("firefox");
