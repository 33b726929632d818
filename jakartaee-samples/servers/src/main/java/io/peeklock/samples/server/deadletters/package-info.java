/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What has failed too often is looked at, and goes back when the cause is mended. */
@NullMarked
package io.peeklock.samples.server.deadletters;

import org.jspecify.annotations.NullMarked;
