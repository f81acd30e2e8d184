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
  /** Renders the text of a view; throws what its view throws. */
  export function render(template: string, data: object, options: { root: string }): string
}
