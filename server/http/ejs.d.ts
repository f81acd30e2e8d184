declare module 'ejs' {
  export interface RenderOptions {
    /** The folder that `include('/…')` starts from. */
    root: string
    /** Keep compiled templates. */
    cache: boolean
  }
  export function renderFile(
    file: string,
    data: object,
    options: RenderOptions,
    done: (error: Error | null, html?: string) => void,
  ): void
}
