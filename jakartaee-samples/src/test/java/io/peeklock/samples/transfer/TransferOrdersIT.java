/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample transfers each order once, however often it is killed. */
class TransferOrdersIT {

    @TempDir
    Path directory;

    @Test
    @Tag("X5")
    void eachOrderIsInTheTableAndInTheTopicOnce() throws Exception {
        List<String> log = new ArrayList<>();

        assertThat(TransferOrders.run(directory.resolve("shop"), 30, 2, new Random(), log::add)
                        .isComplete(30))
                .as("%s", log)
                .isTrue();
        assertThat(log).endsWith("in the queue 0, in the table 30, in the topic 30: each order once");
    }
}
