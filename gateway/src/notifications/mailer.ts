/** A mail in plain text. `id` names it for ever, so that a receiver recognises one that was sent twice. */
export type Mail = { id: string; to: string; subject: string; text: string };

export type MailOutcome =
  | { status: 'sent' }
  /** This mail will never be taken. */
  | { status: 'refused'; failure: string }
  /** The server could not be asked, or asked us to come back. `failure` never names the recipient. */
  | { status: 'later'; failure: string };

export type Mailer = { send(mail: Mail): Promise<MailOutcome> };
