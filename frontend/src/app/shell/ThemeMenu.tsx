import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";

import { t } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import classes from "./shell.module.css";

const CHOICES: readonly (readonly [scheme: MantineColorScheme, icon: IconName])[] = [
  ["light", "sun"],
  ["dark", "moon"],
  ["auto", "screen"],
];

/** Light, dark, or as the system has it; the choice stays on this device. */
export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icon = CHOICES.find(([scheme]) => scheme === colorScheme)?.[1] ?? "screen";
  return (
    <Menu position="bottom-end" width="11rem">
      <Menu.Target>
        <ActionIcon aria-label={t("theme.label")}>
          <Icon name={icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {CHOICES.map(([scheme, name]) => (
            <Menu.RadioItem key={scheme} value={scheme} rightSection={<Icon name={name} size={1} />}>
              {t(`theme.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
