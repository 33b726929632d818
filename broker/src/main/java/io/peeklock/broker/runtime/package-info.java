/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What time it is and who runs things: inputs of the bus, so that it can be simulated. */
@NullMarked
package io.peeklock.broker.runtime;

import org.jspecify.annotations.NullMarked;
