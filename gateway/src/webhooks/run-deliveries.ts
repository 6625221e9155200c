import { poll, type PollOptions } from '../events/poll.ts';
import { claimDue } from './claim.ts';
import { deliver, type DeliveryHost } from './deliver.ts';
import { fanOut } from './fan-out.ts';
import { createOutbound } from './outbound.ts';

/** Requests under way at once. They wait on receivers, not on this machine. */
const mostInFlight = 32;

/**
 * Makes deliveries of new events and sends what is due, until the signal; then waits for what is under way. Every
 * process may run it. A slow receiver keeps its own places occupied and nobody waiting.
 */
export async function runDeliveries(host: DeliveryHost, options: PollOptions): Promise<void> {
  const outbound = createOutbound();
  const inFlight = new Set<Promise<void>>();
  await poll(host.log, 'deliveries', options, async () => {
    const fannedOut = await fanOut(host);
    const free = mostInFlight - inFlight.size;
    const claimed = free > 0 ? await claimDue(host, free) : [];
    for (const delivery of claimed) {
      const sending = deliver(host, outbound, delivery).finally(() => inFlight.delete(sending));
      inFlight.add(sending);
    }
    return fannedOut + claimed.length;
  });
  await Promise.all(inFlight);
  await outbound.close();
}
