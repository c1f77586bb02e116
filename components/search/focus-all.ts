/** Into a field, with all that stands in it selected: what is typed next takes its place. */
export function focusAll(input: HTMLInputElement | null): void {
  input?.focus()
  input?.select()
}
