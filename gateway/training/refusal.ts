/** What the user of the command line must mend: bad data, columns or options. Shown without a stack. */
export class TrainingRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TrainingRefused';
  }
}
