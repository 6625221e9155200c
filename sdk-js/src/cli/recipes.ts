import type { ScenarioInput } from '../types.ts';

type Story = Pick<ScenarioInput, 'steps'> & { ship: boolean };

const agreed: Story = { ship: false, steps: [] };
const shipped: Story = { ship: true, steps: [] };
const firstDue: Story = { ship: true, steps: [{ do: 'advance', until: 'due:1+1' }] };
const refunded: Story = { ship: true, steps: [{ do: 'refund', part: 'half' }] };
const voided: Story = { ship: false, steps: [{ do: 'void' }] };
const missed: Story = {
  ship: true,
  steps: [
    { at: 'due:2', do: 'miss' },
    { do: 'advance', until: 'due:2+1' },
  ],
};
const returned: Story = { ship: true, steps: [{ do: 'declare_return', part: 'half' }] };
const unshipped: Story = { ship: false, steps: [{ do: 'advance', until: 'order+8' }] };
const paid: Story = { ship: true, steps: [{ do: 'pay', part: 'rest' }] };

/** The shortest story in which each of these events happens. */
const stories: Record<string, Story> = {
  'checkout_session.confirmed': agreed,
  'checkout_session.completed': agreed,
  'order.authorized': agreed,
  'order.partially_captured': { ship: false, steps: [{ do: 'ship', part: 'half' }] },
  'order.captured': shipped,
  'order.voided': voided,
  'order.expiring': unshipped,
  'order.expired': unshipped,
  'plan.active': shipped,
  'plan.canceled': voided,
  'plan.paid': paid,
  'installment.due': firstDue,
  'installment.paid': firstDue,
  'installment.overdue': missed,
  'repayment.succeeded': firstDue,
  'repayment.failed': missed,
  'refund.created': refunded,
  'refund.succeeded': refunded,
  'return.declared': returned,
  'return.accepted': { ...returned, steps: [...returned.steps, { do: 'accept_return' }] },
  'return.rejected': { ...returned, steps: [...returned.steps, { do: 'reject_return' }] },
};

/** The events that `morrow trigger` can make. */
export const triggered: readonly string[] = Object.keys(stories);

/** A scenario in which an event happens; undefined where there is none. */
export function recipeOf(event: string): ScenarioInput | undefined {
  const story = Object.hasOwn(stories, event) ? stories[event] : undefined;
  if (!story) return undefined;
  return {
    name: `trigger ${event.replaceAll(/[._]/g, ' ')}`,
    description: `Makes the event ${event}.`,
    order: { amount: 60_000, ship: story.ship },
    steps: story.steps,
    expect: { events: [event] } as NonNullable<ScenarioInput['expect']>,
  };
}
