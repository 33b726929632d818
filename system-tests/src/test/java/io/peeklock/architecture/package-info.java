/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Holds modules, packages and source files to the rules of their order and size. */
@NullMarked
package io.peeklock.architecture;

import org.jspecify.annotations.NullMarked;
