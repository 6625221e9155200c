import { Command } from 'commander';

const environment = [
  '--environment <id>',
  'whose decisions; on the database of DATABASE_URL, or that of `npm start`',
  'live',
] as const;

/** `pay-score challenger`: models that score past and new decisions in shadow, and decide nothing. */
export function challengerCommand(): Command {
  const command = new Command('challenger').description(
    'Let other models score the stored inputs of decisions, to be compared in the console.',
  );
  command
    .command('add')
    .description('Add a model and let it score every past decision; it goes on by itself after that.')
    .requiredOption('--model <model.json>', 'the model')
    .requiredOption('--name <name>', 'what the console calls it')
    .option(...environment)
    .action(async (options: { model: string; name: string; environment: string }) => {
      const { addModel } = await import('./challengers.ts');
      await addModel(options);
    });
  command
    .command('list')
    .description('List the challengers of an environment.')
    .option(...environment)
    .action(async (options: { environment: string }) => {
      const { listModels } = await import('./challengers.ts');
      await listModels(options);
    });
  command
    .command('run')
    .description('Score what has not been scored, now instead of within the hour.')
    .option(...environment)
    .action(async (options: { environment: string }) => {
      const { runNow } = await import('./challengers.ts');
      await runNow(options);
    });
  command
    .command('retire')
    .description('End a challenger; its scores stay.')
    .argument('<hash>', 'its hash, or how it begins (eight characters or more)')
    .option(...environment)
    .action(async (hash: string, options: { environment: string }) => {
      const { retireModel } = await import('./challengers.ts');
      await retireModel(hash, options);
    });
  return command;
}
