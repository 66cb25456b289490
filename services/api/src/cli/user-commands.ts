import { ROLES, validationFailed, type Role } from '@switchboard/shared';
import { Command, Option } from 'commander';
import { randomBytes } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { emailField } from '../modules/users/email.js';
import { createUserService } from '../modules/users/service.js';
import { idOption, jsonOption, print, withDatabase, type CliDeps, type OutputOptions } from './command-kit.js';

interface PasswordOptions extends OutputOptions {
  email: string;
  passwordStdin?: boolean;
}

interface MemberOptions extends OutputOptions {
  email: string;
  tenant: string;
  role: Role;
}

export function userCommands(deps: CliDeps): Command {
  return new Command('users')
    .description('people who sign in to the portal')
    .addCommand(createCommand(deps))
    .addCommand(addCommand(deps))
    .addCommand(listCommand(deps))
    .addCommand(passwordCommand(deps));
}

const emailOption = () => new Option('--email <email>', 'what they sign in with').makeOptionMandatory();
const roleOption = () => new Option('--role <role>', 'what they are in the tenant').choices(ROLES);
const passwordOption = () =>
  new Option('--password-stdin', 'read the password from standard input; otherwise one is made and shown once');

function createCommand(deps: CliDeps): Command {
  type Options = PasswordOptions & { name?: string; tenant?: string; role: Role; superAdmin?: boolean };
  return new Command('create')
    .description('create a user, and make them a member of a tenant')
    .addOption(emailOption())
    .option('--name <name>', 'how they are called; their e-mail address where nothing is said')
    .option('--tenant <id>', 'the tenant’s id, ten_...')
    .addOption(roleOption().default('owner'))
    .option('--super-admin', 'they may enter every tenant: for the platform’s own people')
    .addOption(passwordOption())
    .addOption(jsonOption())
    .action((options: Options) =>
      withDatabase(deps, async (database) => {
        if (options.tenant === undefined && !options.superAdmin) {
          throw validationFailed([{ path: 'tenant', message: 'name one, or say --super-admin' }]);
        }
        const email = parseEmail(options.email);
        const password = await choosePassword(options);
        const user = await createUserService({ database }).create({
          ...{
            email,
            name: options.name ?? email,
            password: password.text,
            is_super_admin: options.superAdmin === true,
          },
          membership:
            options.tenant === undefined
              ? null
              : { tenant_id: idOption('tenant', options.tenant, 'tenant'), role: options.role },
        });
        const shown = password.isMade ? { password: password.text } : {};
        print(deps, options, { ...user, ...shown }, `User ${user.id} (${email}) can sign in.${passwordLine(password)}`);
      }),
    );
}

function addCommand(deps: CliDeps): Command {
  return new Command('add')
    .description('make a user who exists a member of a further tenant')
    .addOption(emailOption())
    .requiredOption('--tenant <id>', 'the tenant’s id, ten_...')
    .addOption(roleOption().makeOptionMandatory())
    .addOption(jsonOption())
    .action((options: MemberOptions) =>
      withDatabase(deps, async (database) => {
        const membership = { tenant_id: idOption('tenant', options.tenant, 'tenant'), role: options.role };
        const user = await createUserService({ database }).addMember(parseEmail(options.email), membership);
        print(deps, options, user, `${user.email} is ${options.role} of ${options.tenant}.`);
      }),
    );
}

function listCommand(deps: CliDeps): Command {
  return new Command('list')
    .description('list all users')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withDatabase(deps, async (database) => {
        const users = await createUserService({ database }).list();
        const lines = users.map(
          ({ id, email, is_super_admin, last_sign_in_at }) =>
            `${id}  ${email}  ${last_sign_in_at ? `last here ${last_sign_in_at}` : 'never signed in'}${is_super_admin ? '  super admin' : ''}`,
        );
        print(deps, options, users, lines.join('\n') || 'There are no users.');
      }),
    );
}

function passwordCommand(deps: CliDeps): Command {
  return new Command('set-password')
    .description('give a user another password; all their sessions end')
    .addOption(emailOption())
    .addOption(passwordOption())
    .addOption(jsonOption())
    .action((options: PasswordOptions) =>
      withDatabase(deps, async (database) => {
        const password = await choosePassword(options);
        const user = await createUserService({ database }).setPassword(parseEmail(options.email), password.text);
        const shown = password.isMade ? { password: password.text } : {};
        print(deps, options, { ...user, ...shown }, `${user.email} has a new password.${passwordLine(password)}`);
      }),
    );
}

interface ChosenPassword {
  text: string;
  isMade: boolean;
}

/** Never an option: the command line is seen by every process of the machine. */
async function choosePassword({ passwordStdin }: PasswordOptions): Promise<ChosenPassword> {
  if (!passwordStdin) return { text: randomBytes(15).toString('base64url'), isMade: true };
  return { text: (await readAll(process.stdin)).replace(/\r?\n$/, ''), isMade: false };
}

function passwordLine({ text, isMade }: ChosenPassword): string {
  return isMade ? `\n\n${text}\n\nThis password is shown once; keep it now.` : '';
}

function parseEmail(given: string): string {
  const parsed = emailField().safeParse(given);
  if (parsed.success) return parsed.data;
  throw validationFailed([{ path: 'email', message: 'must be an e-mail address' }]);
}
