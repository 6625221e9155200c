import { poll, type PollOptions } from '../events/poll.ts';
import { challengeEndpoint, claimChallenges } from './challenge.ts';
import { claimDue } from './claim.ts';
import { deliver, type DeliveryHost } from './deliver.ts';
import { fanOut } from './fan-out.ts';
import { createOutbound } from './outbound.ts';

/** Requests under way at once. They wait on receivers, not on this machine. */
const mostInFlight = 32;

/**
 * Challenges new addresses, makes deliveries of new events and sends what is due, until the signal; then waits for what is under way. Every
 * process may run it. A slow receiver keeps its own places occupied and nobody waiting.
 */
export async function runDeliveries(host: DeliveryHost, options: PollOptions): Promise<void> {
  const outbound = createOutbound();
  const inFlight = new Set<Promise<void>>();
  /** Starts on what is due, as far as there is room; returns how much that is. */
  async function claim<T>(
    due: (free: number) => Promise<T[]>,
    work: (claimed: T) => Promise<void>,
  ): Promise<number> {
    const free = mostInFlight - inFlight.size;
    const claimed = free > 0 ? await due(free) : [];
    for (const each of claimed) {
      const sending = work(each).finally(() => inFlight.delete(sending));
      inFlight.add(sending);
    }
    return claimed.length;
  }
  await poll(host.log, 'deliveries', options, async () => {
    const fannedOut = await fanOut(host);
    const asked = await claim(
      (free) => claimChallenges(host, free),
      (endpoint) => challengeEndpoint(host, outbound, endpoint),
    );
    const sent = await claim(
      (free) => claimDue(host, free),
      (delivery) => deliver(host, outbound, delivery),
    );
    return fannedOut + asked + sent;
  });
  await Promise.all(inFlight);
  await outbound.close();
}
