#!/usr/bin/env bash
# Draws icon.png and logo.png from art/. Needs rsvg-convert (Debian: librsvg2-bin) and the DejaVu Sans font.
set -euo pipefail
cd "$(dirname "$0")/.."
rsvg-convert --width 128 --height 128 --output icon.png art/icon.svg
rsvg-convert --width 250 --height 100 --output logo.png art/logo.svg
