/** Every month has this day. */
export const lastRepaymentDay = 28;

/** The day of the month that somebody asked for; undefined when it is none, so that the merchant's choice counts. */
export function readRepaymentDay(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^[1-9]\d?$/.test(value)) return undefined;
  const day = Number(value);
  return day <= lastRepaymentDay ? day : undefined;
}

/** The address of an agreement's page below the checkout's, with the day if one was chosen. */
export function agreementPath(path: string, input: { planCode: string; day: number | undefined }): string {
  const day = input.day === undefined ? '' : `&day=${input.day}`;
  return `${path}/agreement?plan=${encodeURIComponent(input.planCode)}${day}`;
}
