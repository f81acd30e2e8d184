/** The text behind the escapes of an address; empty for half an escape, never throws. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
