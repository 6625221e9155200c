import { poll, type PollOptions } from '../events/poll.ts';
import { notifyFromEvents } from './notify.ts';
import { type SendHost, sendQueuedMessages } from './send.ts';

/** Writes the messages of new events and sends what is queued, until the signal. Every process may run it. */
export function runNotifications(host: SendHost, options: PollOptions): Promise<void> {
  return poll(host.log, 'notifications', options, async () => {
    const looked = await notifyFromEvents(host);
    return looked + (await sendQueuedMessages(host));
  });
}
