import { z } from 'zod'
import { AppError } from '../core/errors'
import { optionalWholeField, wholeField } from '../http/form-fields'
import type { ConditionField, ConditionUse } from '../segments/condition-kind'
import { editorConditions } from '../segments/condition-of'
import { Condition, type ConditionTree, type Segment } from '../segments/segment'

/** What was posted of the extra conditions: by kind, its use ('' = not used) and its numbers. */
type Rows = Record<string, { use: '' | ConditionUse; values: Record<string, number | null> }>

/** The condition every campaign of the editor begins with. */
type LatestAdd = Extract<Condition, { kind: 'latest-add' }>

/** The schema of the posted rows, made from the table of conditions; numbers of rows not in use are not looked at. */
export function conditionRows(): z.ZodType<Rows> {
  const rows = editorConditions().map(([kind, field]) => [kind, rowSchema(kind, field)] as const)
  return z.preprocess((posted) => posted ?? {}, z.object(Object.fromEntries(rows)))
}

/** The conditions that the rows say, by use. */
export function readConditionRows(rows: Rows): Record<ConditionUse, Condition[]> {
  const read: Record<ConditionUse, Condition[]> = { include: [], exclude: [] }
  for (const [kind, field] of editorConditions()) {
    const row = rows[kind]
    if (row && row.use !== '') read[row.use].push(Condition.parse(field.read(row.values, row.use)))
  }
  return read
}

/** A segment as the editor's fields; throws AppError `beyond-editor` for one that the editor could not have made. */
export function rowsOfSegment(segment: Segment): {
  latestAdd: LatestAdd
  extra: Record<string, Record<string, unknown>>
} {
  const include = leavesOf(segment.include)
  const latestAdd = include.find((each) => each.kind === 'latest-add')
  if (!latestAdd) throw new AppError('beyond-editor', 'The editor needs a condition on the newest add')
  const used = [
    ...include
      .filter((each) => each !== latestAdd)
      .map((condition) => ({ condition, use: 'include' as const })),
    ...(segment.exclude ? leavesOf(segment.exclude) : []).map((condition) => ({
      condition,
      use: 'exclude' as const,
    })),
  ]
  return {
    latestAdd,
    extra: Object.fromEntries(editorConditions().map(([kind, field]) => [kind, rowOf(kind, field, used)])),
  }
}

function rowOf(
  kind: string,
  field: ConditionField<{ kind: string }>,
  used: readonly { condition: Condition; use: ConditionUse }[],
): Record<string, unknown> {
  const found = used.find(({ condition }) => condition.kind === kind)
  const values = found ? field.write(found.condition) : field.initial
  const shown = Object.entries(values).map(([name, value]) => [name, value?.toLocaleString('ko-KR') ?? ''])
  return { use: found?.use ?? '', ...Object.fromEntries(shown) }
}

function rowSchema(kind: string, field: ConditionField<{ kind: string }>) {
  const uses = field.uses.map(({ use }) => use)
  return z
    .looseObject({ use: z.enum(['', ...uses]).default('') })
    .optional()
    .transform((row, context) => {
      const values: Record<string, number | null> = {}
      if (!row || row.use === '') return { use: '' as const, values }
      for (const input of field.inputs) {
        const range = { min: 0, max: input.max }
        const read = (input.optional ? optionalWholeField(range) : wholeField(range)).safeParse(
          row[input.name],
        )
        if (read.success) values[input.name] = read.data
        else
          context.addIssue({
            code: 'custom',
            path: [input.name],
            message: `0부터 ${input.max.toLocaleString('ko-KR')}까지의 숫자를 입력해 주세요.`,
          })
      }
      const condition = Condition.safeParse(field.read(values, row.use))
      if (!condition.success && context.issues.length === 0)
        for (const { path, message } of condition.error.issues)
          context.addIssue({ code: 'custom', path: path.filter((key) => key !== kind), message })
      return { use: row.use, values }
    })
}

function leavesOf(tree: ConditionTree): Condition[] {
  if ('all' in tree) return tree.all.flatMap(leavesOf)
  if ('any' in tree) return tree.any.flatMap(leavesOf)
  return [tree]
}
