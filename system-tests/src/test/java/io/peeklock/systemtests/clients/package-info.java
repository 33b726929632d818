/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What applications put between themselves and the provider: pools, caches and containers. */
@NullMarked
package io.peeklock.systemtests.clients;

import org.jspecify.annotations.NullMarked;
