/** Where this tenant's API is: the page is served by it. */
export function apiBase(): string {
  return `${window.location.origin}/api/v1`;
}

export function referenceUrl(): string {
  return `${apiBase()}/docs`;
}
