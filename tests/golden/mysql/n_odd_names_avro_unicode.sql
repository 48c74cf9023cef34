-- n_odd_names_avro_unicode
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config schema.name.adjustment.mode=avro_unicode
-- @config field.name.adjustment.mode=avro_unicode
CREATE TABLE `order-items` (`item id` INT PRIMARY KEY, `prix€` DECIMAL(5,2), `2nd` INT, `a.b` INT, `UPPER` INT);
INSERT INTO `order-items` VALUES (1,1.5,2,3,4);
CREATE TABLE `naïve.tbl` (id INT PRIMARY KEY);
INSERT INTO `naïve.tbl` VALUES (1);
CREATE TABLE `Sp ace$` (id INT PRIMARY KEY);
INSERT INTO `Sp ace$` VALUES (1);
-- @create
UPDATE `order-items` SET `2nd`=5;
UPDATE `order-items` SET `item id`=9;
INSERT INTO `naïve.tbl` VALUES (2);
CREATE TABLE `3x:y` (`é` INT PRIMARY KEY);
INSERT INTO `3x:y` VALUES (1);
