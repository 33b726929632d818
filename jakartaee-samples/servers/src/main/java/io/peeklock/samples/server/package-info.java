/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the samples for application servers share: a page that tells a story, and what beans have done. */
@NullMarked
package io.peeklock.samples.server;

import org.jspecify.annotations.NullMarked;
