import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

import { t } from "../i18n";

const accent: MantineColorsTuple = [
  "#eceefc", "#dadefa", "#b8bff5", "#949ef0", "#7784f5", "#5b69e3", "#4452cf", "#3945b8", "#303a9c", "#262e7d",
];
const gray: MantineColorsTuple = [
  "#f8f8f9", "#f0f0f3", "#e6e6ea", "#d8d8de", "#cdcdd5", "#a9a9b4", "#8a8a96", "#53535e", "#33333b", "#1a1a1f",
];
const dark: MantineColorsTuple = [
  "#eeeef1", "#acacb7", "#8c8c98", "#6e6e7a", "#3b3b44", "#27272d", "#18181c", "#101013", "#0b0b0d", "#060607",
];

/** Mantine's parts take their sizes and radii from here, and their colours from `tokens.css`. */
export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, gray, dark },
  fontFamily: "var(--font-sans)",
  fontFamilyMonospace: "var(--font-mono)",
  defaultRadius: "md",
  radius: { xs: "0.25rem", sm: "0.375rem", md: "0.5rem", lg: "0.75rem", xl: "1rem" },
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" }, styles: { label: { fontWeight: 550 } } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    InputWrapper: {
      styles: { label: { marginBottom: "0.3125rem", fontWeight: 550 }, description: { marginBottom: "0.375rem" } },
    },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
    // The element that would take the focus first is no item, and a menu may hold nothing else.
    Menu: { defaultProps: { shadow: "md", radius: "md", offset: 6, withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: {
        radius: "lg",
        centered: true,
        closeButtonProps: { "aria-label": t("action.close") },
        // Its <header> would count as a second banner of the page.
        attributes: { header: { role: "none" } },
      },
    },
  },
});

const shared = {
  "--mantine-color-body": "var(--c-ground)",
  "--mantine-color-text": "var(--c-text)",
  "--mantine-color-bright": "var(--c-text)",
  "--mantine-color-dimmed": "var(--c-text-3)",
  "--mantine-color-placeholder": "var(--c-text-3)",
  "--mantine-color-anchor": "var(--c-accent-text)",
  "--mantine-color-error": "var(--c-danger)",
  "--mantine-color-default": "var(--c-surface)",
  "--mantine-color-default-hover": "var(--c-hover)",
  "--mantine-color-default-color": "var(--c-text)",
  "--mantine-color-default-border": "var(--c-line-strong)",
  "--mantine-color-disabled": "var(--c-sunken)",
  "--mantine-color-disabled-color": "var(--c-text-3)",
  "--mantine-color-disabled-border": "var(--c-line)",
  "--mantine-color-gray-light-hover": "var(--c-hover)",
  "--mantine-color-gray-light-color": "var(--c-text-2)",
  "--mantine-primary-color-filled": "var(--c-accent-fill)",
  "--mantine-primary-color-filled-hover": "var(--c-accent-fill-hover)",
  "--mantine-color-accent-filled": "var(--c-accent-fill)",
  "--mantine-color-accent-filled-hover": "var(--c-accent-fill-hover)",
  "--mantine-color-accent-light": "var(--c-accent-soft)",
  "--mantine-color-accent-light-color": "var(--c-accent-text)",
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    "--mantine-shadow-sm": "var(--shadow-1)",
    "--mantine-shadow-md": "var(--shadow-3)",
  },
  light: shared,
  dark: shared,
});
