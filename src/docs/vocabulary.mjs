// All that the package exports by name and options, as the declarations and their comments say it.

import { commentOf, memberComments } from "./comments.mjs";

const library = await import("../../dist/index.js");

const FAMILIES = [
  ["layers", "Layers"],
  [
    "activations",
    "Activations",
    "By name, or as an object where the defaults do not do. `swish` is another name of `silu`, `hardSwish` of `hardSilu`.",
  ],
  ["initializers", "Initializers"],
  ["regularizers", "Regularizers"],
  ["constraints", "Constraints"],
  ["optimizers", "Optimizers"],
  ["schedules", "Schedules of learning rates"],
  ["losses", "Losses"],
  ["metrics", "Metrics"],
  ["callbacks", "Callbacks"],
];

const toCamelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const startsSmall = (name) => /^[a-z]/.test(name);

/** What a config or a user writes for a value. */
function shown(value) {
  const name = value?.className ?? value?.name;
  if (typeof name === "string") return `"${name[0].toLowerCase()}${name.slice(1)}"`;
  return Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(JSON.stringify(value));
}

/** @returns undefined where an option must be given */
function defaultOf(option, comment) {
  if (!("fallback" in option)) return undefined;
  if (option.fallback.length === 0) return shown(option.fallback());
  // It depends on other options, and the comment says how.
  return /Default:? (.*?)\.?$/.exec(comment)?.[1] ?? "";
}

function optionsOf(path, name, declared) {
  const comments = memberComments(path, name);
  return Object.entries(declared).map(([option, what]) => {
    const comment = comments.get(option) ?? "";
    return { name: option, default: defaultOf(what, comment), comment };
  });
}

/** Of a callback, whose options are an interface. */
function optionsOfCallback(path, name) {
  const comments = [...memberComments(path, `${name}Options`)];
  return comments.map(([option, comment]) => ({
    name: option,
    default: /Default:? (.*?)\.?$/.exec(comment)?.[1],
    comment,
  }));
}

/** Those of callbacks stand beside everything else. */
const callbackNames = Object.keys(library).filter(
  (name) => /^[A-Z]/.test(name) && commentOf("src/callbacks/index.ts", name) !== "",
);

function thingsOf(family) {
  const path = `src/${family}/index.ts`;
  if (family === "callbacks") {
    return callbackNames.map((name) => ({
      ...{ name, className: name, make: library[name], comment: commentOf(path, name) },
      options: optionsOfCallback(path, name),
    }));
  }
  const all = Object.entries(library[family]);
  if (family === "activations") {
    const isAlias = ([name, make]) => toCamelCase(make.activationName) !== name;
    const activations = all.filter((each) => each[1].declared && !isAlias(each));
    return activations.map(([name, make]) => ({
      ...{ name, className: make.activationName, make, comment: commentOf(path, name) },
      options: optionsOf(path, name, make.declared),
    }));
  }
  const factories = all.filter(([name]) => startsSmall(name) && name !== `define${family[0].toUpperCase()}`);
  return all
    .filter(([, make]) => typeof make.className === "string" && make.declared)
    .map(([name, make]) => {
      const factory = factories.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[0];
      return {
        ...{ name, className: make.className, make, comment: commentOf(path, name) },
        ...(factory && { factory, factoryComment: commentOf(path, factory) }),
        options: optionsOf(path, name, make.declared),
      };
    });
}

/** Each family with its things, in the order of their names. */
export function vocabulary() {
  return FAMILIES.map(([family, title, note]) => ({
    ...{ family, title, note },
    things: thingsOf(family).sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
  }));
}
