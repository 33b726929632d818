/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The stops of each tram come to one bean at a time, in order, while other trams are served beside. */
@NullMarked
package io.peeklock.samples.server.sessions;

import org.jspecify.annotations.NullMarked;
