/** The address of the help, or of one article. */
export function helpPath(slug?: string): string {
  return slug === undefined ? '/help' : `/help/${slug}`;
}
