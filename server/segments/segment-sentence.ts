import type { SegmentContext, SentencePart } from './condition-kind'
import { kindOf } from './condition-of'
import type { Condition, ConditionTree, Segment } from './segment'

/** A segment as one Korean sentence that ends in "고객", with the exact Seoul dates of `context` in it. */
export function segmentSentence(segment: Segment, context: SegmentContext): SentencePart[] {
  const purchases = PURCHASES[segment.purchases]
  const parts = treeParts(segment.include, context)
  const link = parts.length === 0 ? '' : purchases ? '이고, ' : '인 '
  return [
    ...(segment.scope === 'consented'
      ? [plain('광고 수신에 '), strong('동의한 회원'), plain(' 가운데 ')]
      : []),
    ...parts,
    plain(link),
    ...(purchases ? [strong(purchases), plain(' ')] : []),
    plain('고객'),
    ...(segment.exclude
      ? [plain(', 단 '), ...treeParts(segment.exclude, context), plain('인 고객은 제외')]
      : []),
  ]
}

/** One condition as a short Korean claim: "담은 금액이 30,000원 이상". */
export function conditionSentence(condition: Condition, context: SegmentContext): string {
  return kindOf(condition)
    .says(condition, context)
    .map((part) => part.text)
    .join('')
}

const PURCHASES: Record<Segment['purchases'], string | null> = {
  exclude: '그 뒤로 구매하지 않은',
  only: '그 뒤로 구매한',
  ignore: null,
}

function treeParts(tree: ConditionTree, context: SegmentContext, depth = 0): SentencePart[] {
  if ('all' in tree) return join(tree.all, '이고, ', context, depth)
  if ('any' in tree) return join(tree.any, '이거나, ', context, depth)
  return kindOf(tree).says(tree, context)
}

function join(
  trees: readonly ConditionTree[],
  word: string,
  context: SegmentContext,
  depth: number,
): SentencePart[] {
  const parts = trees
    .map((each) => treeParts(each, context, depth + 1))
    .filter((each) => each.length > 0)
    .flatMap((each, i) => (i === 0 ? each : [plain(word), ...each]))
  return depth > 0 && trees.length > 1 ? [plain('('), ...parts, plain(')')] : parts
}

function plain(text: string): SentencePart {
  return { text, strong: false }
}

function strong(text: string): SentencePart {
  return { text, strong: true }
}
