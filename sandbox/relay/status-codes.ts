// Codes and their meaning: messaging reference §2.1 and §2.8; the sentences are this relay's own.
const MESSAGES: Record<string, string> = {
  '1010': '필수 값이 없거나 지원하지 않는 메시지 타입입니다.',
  '1026': '중복된 수신번호입니다.',
  '1031': '메시지 내용이 올바르지 않습니다.',
  '1041': '등록되지 않은 카카오톡 채널입니다.',
  '1044': '버튼 또는 메시지 형식이 올바르지 않습니다.',
  '1060': '수신자가 채널을 차단했습니다.',
  '1061': '080 수신거부에 등록된 번호입니다.',
  '1062': '등록되지 않은 발신번호입니다.',
  '2000': '정상 접수(이통사로 접수 예정)',
  '3000': '이통사로 접수 완료(수신 대기)',
  '3010': '잘못된 수신번호입니다.',
  '3040': '전송 결과를 확인할 수 없습니다(전송시간 초과).',
  '3102': '카카오톡 채널 친구가 아닙니다.',
  '3104': '카카오톡을 쓰지 않는 번호입니다.',
  '3107': '메시지를 받을 수 없는 카카오톡 사용자입니다.',
  '3108': '광고 메시지를 보낼 수 없는 시간입니다.',
  '4000': '수신 완료',
}

/** What a status code means, in one Korean sentence. */
export function statusMessage(code: string): string {
  return MESSAGES[code] ?? '알 수 없는 상태입니다.'
}

/** Won charged for one message by type: documented sample figures (messaging reference §2.7). */
export const PRICE_WON = { BMS_FREE: 25, SMS: 20, LMS: 50 } as const

/** True for failures after which the relay gives the won back; a timeout (3040) may still have arrived and stays charged. */
export function isRefunded(code: string): boolean {
  return code !== '4000' && code !== '3040'
}
