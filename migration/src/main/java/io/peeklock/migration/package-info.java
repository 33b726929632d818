/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The programs of docs/migration.md: each before and after, and the one that moves what is left in the old broker. */
@NullMarked
package io.peeklock.migration;

import org.jspecify.annotations.NullMarked;
