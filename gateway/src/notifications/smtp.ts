import { createTransport } from 'nodemailer';
import type { Mail, Mailer, MailOutcome } from './mailer.ts';

/** Longest waits, each well below the time for which a message is claimed. */
const waitsMs = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
  dnsTimeout: 10_000,
};

/**
 * Sends through the server at `url` (`smtp://` or `smtps://`, with user and password where it asks for them), one
 * connection a mail. The Message-ID is made of the mail's id and the domain of `from`.
 */
export function createSmtpMailer(options: { url: string; from: string }): Mailer {
  const { url, from } = options;
  const transport = createTransport({ url, ...waitsMs, disableFileAccess: true, disableUrlAccess: true });
  const domain = /@([^\s<>@]+)>?$/.exec(from.trim())?.[1] ?? 'localhost';
  return {
    send: async (mail: Mail) => {
      try {
        await transport.sendMail({
          from,
          // An object, because a string would be read as a list of addresses.
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          messageId: `<${mail.id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { status: 'sent' };
      } catch (error) {
        return toOutcome(error);
      }
    },
  };
}

/** Only codes are kept: a server's answer often repeats the address. */
function toOutcome(error: unknown): MailOutcome {
  const { code, responseCode, command } = error as Record<string, unknown>;
  const reason = typeof code === 'string' ? code : 'unknown';
  const failure = typeof responseCode === 'number' ? `smtp_${responseCode}` : reason;
  // What the server says to our password or sender is about our setup and not about this mail.
  const isAboutMail = (reason === 'EENVELOPE' || reason === 'EMESSAGE') && command !== 'MAIL FROM';
  const isFinal = isAboutMail && (typeof responseCode !== 'number' || responseCode >= 500);
  return { status: isFinal ? 'refused' : 'later', failure };
}
