/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks settings of which one says what is allowed for another.
 *
 * <p>Has no state; any thread. Complaints are {@link IllegalArgumentException}s that name the settings.
 */
final class SettingCombinations {

    private SettingCombinations() {}

    /** A password is for a user. */
    static @Nullable Password password(Map<Setting, Object> values) {
        Password password = (Password) values.get(Setting.PASSWORD);
        if (password != null && !values.containsKey(Setting.USER)) {
            throw new IllegalArgumentException(
                    "Setting " + Setting.PASSWORD.key() + " is for a " + Setting.USER.key() + ", and there is none");
        }
        return password;
    }

    /** Which sizes are possible is the profile's to say. */
    static long queueSize(Profile profile, long size) {
        EntityLimits limits = profile == Profile.AZURE ? EntityLimits.AZURE : EntityLimits.JMS;
        if (!limits.allowsSize(size)) {
            throw new IllegalArgumentException("Setting " + Setting.DEFAULT_QUEUE_SIZE.key() + " cannot be '"
                    + Sizes.format(size) + "' with profile azure: " + Sizes.format(limits.minQueueBytes()) + " to "
                    + Sizes.format(limits.maxQueueBytes()) + " in steps of "
                    + Sizes.format(limits.queueBytesStep()) + " is allowed");
        }
        return size;
    }
}
