export function tables(): string;
