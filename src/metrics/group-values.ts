/** Numbers by group: those of group g lie from `ends[g - 1]`, or 0, to `ends[g]`. */
export interface GroupedValues {
  readonly values: Float64Array;
  readonly ends: Uint32Array;
}

/** Brings numbers into the order of their groups, by counting; those whose group is not from 0 to `groups` are left out. */
export function groupValues(values: Float64Array, groupOf: Int32Array, groups: number): GroupedValues {
  const ends = new Uint32Array(groups + 1);
  for (let i = 0; i < values.length; i++) {
    const group = groupOf[i] as number;
    if (group >= 0 && group < groups) ends[group + 1] = (ends[group + 1] as number) + 1;
  }
  for (let g = 1; g < groups; g++) ends[g] = (ends[g] as number) + (ends[g - 1] as number);
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const group = groupOf[i] as number;
    if (group < 0 || group >= groups) continue;
    const at = ends[group] as number;
    ends[group] = at + 1;
    sorted[at] = values[i] as number;
  }
  return { values: sorted, ends: ends.subarray(0, groups) };
}
