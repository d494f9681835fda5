/** `kernel_size` for `kernelSize`, `top_k_accuracy` for `topKAccuracy`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/(?<=[a-z\d])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])/g, "_$&")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** `kernelSize` for `kernel_size`; digits stay as they are: `l1_ratio` is `l1Ratio`, `beta_1` is `beta_1`. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
