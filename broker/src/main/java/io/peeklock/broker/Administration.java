/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

/**
 * All that an administrator does with a namespace while it runs: entities and rules, messages and sessions, the store, who may do what.
 *
 * <p>Thread safe. Futures fail and complete as those of {@link Namespace}.
 */
public interface Administration
        extends EntityAdministration, MessageAdministration, StoreAdministration, PolicyAdministration {}
