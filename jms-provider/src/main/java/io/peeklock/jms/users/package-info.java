/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Who may connect, if that is restricted: a file of users and salted password hashes. */
@NullMarked
package io.peeklock.jms.users;

import org.jspecify.annotations.NullMarked;
