import { count } from "./format.js";

/**
 * What is wrong with a number field, for people; empty if nothing is. What is right stands in its attributes: `min`, `max`.
 * @param name begins the sentence
 */
export function fieldProblem(field: HTMLInputElement, name: string): string {
  const { value, min, max, validity } = field;
  if (validity.valid && value !== "") return "";
  const got = value === "" ? "" : `, not ${value}`;
  const [first, ...rest] = name;
  return `${first!.toUpperCase()}${rest.join("")} must be a whole number from ${count(Number(min))} to ${count(Number(max))}${got}.`;
}
