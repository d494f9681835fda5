import type { ModelSnapshot } from "../graph/snapshot.js";
import { snakeCase } from "../layers/base/names.js";
import type { WritableGroup, WritableNode } from "./hdf5/writeHdf5.js";
import { optimizerVariables } from "./optimizerState.js";
import { groupNames, weightGroups } from "./weightGroups.js";

export function weightsTree(snapshot: ModelSnapshot): WritableGroup {
  const optimizer = optimizerVariables(snapshot).map(({ value }) => value);
  return group([
    ["layers", layersGroup(snapshot)],
    ["vars", variables([], snapshot.name)],
    ...(optimizer.length > 0
      ? [
          [
            "optimizer",
            group([["vars", variables(optimizer, snakeCase(snapshot.compiled!.optimizer.className))]]),
          ] as const,
        ]
      : []),
  ]);
}

function layersGroup({ layers }: ModelSnapshot): WritableGroup {
  const names = groupNames(layers);
  return group(
    layers.map(({ config, weights, model }, i) => [
      names[i]!,
      group([
        ...(model ? [["layers", layersGroup(model)] as const] : []),
        ...weightGroups(layers[i]!.className, weights).map(([path, some]) => {
          const vars = variables(some, String(config.name));
          return path === "vars" ? (["vars", vars] as const) : (["layer", group([["vars", vars]])] as const);
        }),
      ]),
    ]),
  );
}

function group(children: Iterable<readonly [string, WritableNode]>): WritableGroup {
  return { children: new Map(children) };
}

function variables(values: readonly WritableNode[], name: string): WritableGroup {
  return { attributes: new Map([["name", name]]), children: new Map(values.map((value, i) => [String(i), value])) };
}
