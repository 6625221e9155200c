/** Where an invitation is used; the token in it is a secret, as a checkout's address is. */
export function invitationPath(token: string): string {
  return `/dashboard/invitation/${token}`;
}
