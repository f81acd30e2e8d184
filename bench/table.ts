import type { Measure } from './measure'

/** Prints measurements for people, on stderr. */
export function printTable(measures: readonly Measure[]): void {
  const rows = measures.map((each) => [
    each.what,
    `${each.ours.toFixed(1)} ${each.unit}`,
    `${each.floor.toFixed(1)} ${each.unit}`,
    each.ratio.toFixed(2),
    `${each.bound} ${each.kept ? 'kept' : 'BROKEN'}`,
  ])
  const all = [['what', 'ours', 'floor', 'ratio', 'bound'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of all) {
    process.stderr.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
  }
}
