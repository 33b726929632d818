/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Runs the tests of the Joram project for Jakarta Messaging, which the build turns from {@code javax.jms}. */
@NullMarked
package io.peeklock.systemtests.joram;

import org.jspecify.annotations.NullMarked;
