/** What an address may depend on while a program is replayed. */
export interface Indices {
  shard: number;
  slot: number;
  thread: number;
}

/** address = offset + stride * indices[by] */
export interface Address {
  readonly offset: number;
  readonly stride: number;
  readonly by: keyof Indices;
}

export interface Moving extends Address {
  /** Which argument it is. */
  readonly at: number;
}

/** A kernel call whose addresses are known but for the shard, slot and thread. */
export interface CallPlan {
  readonly kernel: string;
  /** Leading arguments that are filled in at the call are 0 here. */
  readonly args: readonly number[];
  readonly moving: readonly Moving[];
}

/** A stage of calls (see Stage in program.ts). */
export interface StagePlan {
  readonly unit: "call" | "block";
  readonly calls: readonly CallPlan[];
}

/** Where the homes of a bound program begin, and how far their copies lie apart, in bytes. */
export interface Bases {
  /** One float for each block of parameters. */
  readonly flags: number;
  readonly shared: number;
  readonly batch: number;
  readonly slots: number;
  readonly slotStride: number;
  readonly work: number;
  readonly workStride: number;
  /** With barriers every shard has its own activations, otherwise every thread. */
  readonly workBy: "shard" | "thread";
}

/** A bound program as plain data: it can be posted to a worker. */
export interface Plan {
  readonly id: number;
  readonly training: boolean;
  readonly shardSamples: number;
  readonly prepare: readonly StagePlan[];
  readonly stages: readonly (readonly CallPlan[])[];
  /** The stages with which the parts of the shard phase begin. Between two parts the calling thread computes. */
  readonly parts: readonly number[];
  readonly update: readonly StagePlan[];
  readonly once: readonly CallPlan[];
  readonly step: Address;
  /** How many there are. */
  readonly parameters: number;
  /** Addresses of the blocks laid out like the parameters: the parameters first, then the optimizer's slots. */
  readonly blocks: readonly number[];
  readonly slots: number;
  readonly slotStride: number;
  readonly flags: number;
  /** Addresses of one float for each sample that have to be finite for a step to count: the losses. */
  readonly guards: readonly number[];
}
