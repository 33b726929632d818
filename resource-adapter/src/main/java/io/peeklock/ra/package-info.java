/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The bus in Jakarta EE servers: the resource adapter of Jakarta Connectors 2.1 and the objects that administrators configure. */
@NullMarked
package io.peeklock.ra;

import org.jspecify.annotations.NullMarked;
