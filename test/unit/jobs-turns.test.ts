import { createFailureLog } from '../../jobs/failure-log'

describe('the log of failed turns', () => {
  let lines: string[]
  let nowMs: number
  const note = (level: string) => (fields: object, text?: string) => {
    const turns = 'turns' in fields ? ` ${String(fields.turns)}` : ''
    lines.push(`${level}${turns}: ${text}`)
  }
  const log = () =>
    createFailureLog(
      // Only the three levels that the log calls.
      { warn: note('warn'), error: note('error'), debug: () => undefined } as never,
      () => nowMs,
    )

  beforeEach(() => {
    lines = []
    nowMs = 0
  })

  it('has one line for a failure that heals by itself', () => {
    const failures = log()

    failures.failed('sweep', new Error('x'))
    failures.worked('sweep')
    failures.worked('sweep')

    expect(lines).toEqual(['warn: a turn failed; the next tick takes it up'])
  })

  it('calls a person once when every turn fails for five minutes, and says when it works again', () => {
    const failures = log()

    for (nowMs = 0; nowMs <= 900_000; nowMs += 1_000) failures.failed('sweep', new Error('x'))
    failures.worked('sweep')
    failures.failed('sweep', new Error('x'))

    expect(lines).toEqual([
      'warn: a turn failed; the next tick takes it up',
      'error 301: every turn of a job fails for five minutes',
      'warn 901: a job works again',
      'warn: a turn failed; the next tick takes it up',
    ])
  })

  it('keeps the rows of two jobs apart', () => {
    const failures = log()

    failures.failed('sweep', new Error('x'))
    failures.worked('dispatch')
    nowMs = 300_000
    failures.failed('dispatch', new Error('x'))
    failures.failed('sweep', new Error('x'))

    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn:', 'warn:', 'error'])
  })
})
