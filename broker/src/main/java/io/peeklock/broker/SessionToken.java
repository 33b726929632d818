/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.UUID;

/**
 * Names one holding of one session (rule G3). Good until the session is closed or its lock is lost; the next holder has
 * another. Immutable.
 *
 * @param partition index of the partition in which the session lies
 * @param entityId the entity's id
 * @param sessionId the session
 * @param id unique per holding
 */
public record SessionToken(int partition, long entityId, String sessionId, UUID id) {}
