/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.TopicDescription;

/** What is scheduled to a partitioned topic. */
class SpreadScheduledPublishTest extends ScheduledPublishTest {

    @Override
    TopicDescription.Builder topic() {
        return super.topic().partitioned(true);
    }
}
